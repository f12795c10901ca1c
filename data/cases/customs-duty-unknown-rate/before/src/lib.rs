//! Duty on imported goods, in cents.

/// The classes of the tariff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    Books,
    Machines,
    Spirits,
    Textiles,
}

/// Goods as they are declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goods {
    pub class: Class,
    pub value: u64,
}

/// Tenths of a percent of the value.
pub fn rate(class: Class) -> u64 {
    match class {
        Class::Books => 0,
        Class::Machines => 17,
        Class::Spirits => 325,
    }
}

/// The duty on a shipment; every item is rounded down on its own.
pub fn duty(shipment: &[Goods]) -> u64 {
    shipment
        .iter()
        .map(|goods| goods.value * rate(goods.class) / 1_000)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_rounded_down_one_by_one() {
        let machine = Goods {
            class: Class::Machines,
            value: 100,
        };
        assert_eq!(duty(&[machine.clone(), machine]), 2);
    }
}
