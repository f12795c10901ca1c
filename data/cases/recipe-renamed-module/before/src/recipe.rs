use crate::unit::Quantity;

/// What goes in, for so many people.
#[derive(Clone, Debug)]
pub struct Recipe {
    pub people: u32,
    pub ingredients: Vec<(String, Quantity)>,
}

impl Recipe {
    /// The same recipe for another number of people.
    pub fn for_people(&self, people: u32) -> Recipe {
        let factor = f64::from(people) / f64::from(self.people);
        Recipe {
            people,
            ingredients: self
                .ingredients
                .iter()
                .map(|(name, quantity)| (name.clone(), quantity.scaled(factor)))
                .collect(),
        }
    }

    pub fn shopping_list(&self) -> String {
        let lines: Vec<String> = self
            .ingredients
            .iter()
            .map(|(name, quantity)| format!("{quantity} {name}"))
            .collect();
        lines.join("\n")
    }
}
