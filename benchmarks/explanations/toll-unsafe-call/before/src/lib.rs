/// The raw toll at an index, which must be in reach.
///
/// # Safety
///
/// `at` is less than the length.
pub unsafe fn raw(tolls: &[u32], at: usize) -> u32 {
    *tolls.get_unchecked(at)
}

/// The first toll.
pub fn first(tolls: &[u32]) -> Option<u32> {
    if tolls.is_empty() {
        return None;
    }
    Some(raw(tolls, 0))
}
