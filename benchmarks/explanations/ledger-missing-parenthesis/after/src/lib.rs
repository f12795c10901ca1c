/// The sum of what is open.
pub fn open(sums: &[i64]) -> i64 {
    sums.iter().filter(|sum| **sum > 0).sum::<i64>()
}

/// What is shown for it.
pub fn shown(sums: &[i64]) -> String {
    format!("{} open", open(sums))
}

#[test]
fn debts_are_left_out() {
    assert_eq!(shown(&[3, -1]), "3 open");
}
