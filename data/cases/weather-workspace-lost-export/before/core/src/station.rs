use crate::sample::Sample;

/// A station with its samples of one day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Station {
    pub name: String,
    pub samples: Vec<Sample>,
}

impl Station {
    pub fn new(name: &str) -> Self {
        Station {
            name: name.to_string(),
            ..Station::default()
        }
    }

    pub fn measure(&mut self, minute: u16, degrees: f64) -> &mut Self {
        self.samples.push(Sample { minute, degrees });
        self
    }

    /// The coldest sample of the day.
    pub fn coldest(&self) -> Option<Sample> {
        self.samples
            .iter()
            .copied()
            .min_by(|one, other| one.degrees.total_cmp(&other.degrees))
    }
}
