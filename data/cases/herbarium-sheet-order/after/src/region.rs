/// Where a plant was found, from north to south.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Region {
    Coast,
    Lowland,
    Foothills,
    Alps,
}
