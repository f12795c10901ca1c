use std::fmt;

impl fmt::Display for Vec<u32> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} hives", self.len())
    }
}

pub fn report(weights: Vec<u32>) -> String {
    weights.to_string()
}
