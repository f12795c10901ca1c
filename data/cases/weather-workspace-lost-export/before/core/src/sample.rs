/// Degrees Celsius at a minute of the day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    pub minute: u16,
    pub degrees: f64,
}

impl Sample {
    pub fn is_frost(&self) -> bool {
        self.degrees < 0.0
    }
}
