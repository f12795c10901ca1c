//! Plates for doors.

pub struct Tenant {
    pub given: String,
    pub family: String,
}

impl Tenant {
    /// What stands on the door: the first letter, a dot, the family name.
    pub fn plate(&self) -> &str {
        let initial: String = self.given.chars().take(1).collect();
        let plate = format!("{initial}. {}", self.family);
        plate.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plate_has_an_initial() {
        let tenant = Tenant { given: "Mary".to_string(), family: "Shelley".to_string() };
        assert_eq!(tenant.plate(), "M. Shelley");
    }
}
