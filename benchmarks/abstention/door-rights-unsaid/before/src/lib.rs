#[derive(Clone, Copy)]
pub enum Role {
    Guest,
    Cleaner,
    Warden,
    Contractor,
}

/// Whether somebody may open the archive.
pub fn may_open(role: Role) -> bool {
    match role {
        Role::Guest => false,
        Role::Cleaner => true,
        Role::Warden => true,
    }
}

#[test]
fn a_guest_stays_outside() {
    assert!(!may_open(Role::Guest));
}
