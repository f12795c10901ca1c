mod tariff;

/// What a night costs.
pub fn night(guests: u32) -> u32 {
    tariff::base() + guests * tariff::per_guest()
}
