//! Fares of a tram line: a base price and a price for every zone that is crossed.

/// A stop and the zone it lies in, as printed on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    pub id: u16,
    pub zone: u8,
}

/// Prices in cents.
#[derive(Clone, Copy, Debug)]
pub struct Tariff {
    pub base: u32,
    pub per_zone: u32,
    pub ceiling: u32,
}

/// How many zone borders lie between two stops.
pub fn zones_crossed(from: Stop, to: Stop) -> u8 {
    from.zone.abs_diff(to.zone)
}

impl Tariff {
    /// The price of a single ride in cents, never more than the ceiling.
    pub fn single(&self, from: Stop, to: Stop) -> u32 {
        let zones: u32 = zones_crossed(from, to);
        (self.base + zones * self.per_zone).min(self.ceiling)
    }

    /// A day ticket costs as much as three single rides over the same distance.
    pub fn day(&self, from: Stop, to: Stop) -> u32 {
        3 * self.single(from, to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARIFF: Tariff = Tariff {
        base: 180,
        per_zone: 60,
        ceiling: 420,
    };

    #[test]
    fn a_ride_within_one_zone_costs_the_base_price() {
        let stop = Stop { id: 4, zone: 2 };
        assert_eq!(TARIFF.single(stop, stop), 180);
    }
}
