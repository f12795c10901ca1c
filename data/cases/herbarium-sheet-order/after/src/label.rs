use crate::region::Region;

/// What stands on a sheet. Sheets lie in the order of their region, then of genus, species and number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    pub region: Region,
    pub genus: String,
    pub species: String,
    pub number: u32,
}

impl Label {
    pub fn new(region: Region, genus: &str, species: &str, number: u32) -> Self {
        Label {
            region,
            genus: genus.to_string(),
            species: species.to_string(),
            number,
        }
    }
}
