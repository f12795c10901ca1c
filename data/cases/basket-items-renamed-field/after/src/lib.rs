//! The basket of a web shop. Prices are in cents.

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub article: String,
    pub price: u64,
    pub quantity: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basket {
    items: Vec<Item>,
}

impl Basket {
    /// Puts one piece of an article in; a second piece raises the quantity.
    pub fn add(&mut self, article: &str, price: u64) {
        let known = self.items.iter_mut().find(|item| item.article == article);
        match known {
            Some(item) => item.quantity += 1,
            None => self.items.push(Item {
                article: article.to_string(),
                price,
                quantity: 1,
            }),
        }
    }

    /// Takes one piece out; false when the article is not in the basket.
    pub fn remove(&mut self, article: &str) -> bool {
        let Some(index) = self.items.iter().position(|item| item.article == article) else {
            return false;
        };
        self.items[index].quantity -= 1;
        if self.items[index].quantity == 0 {
            self.items.remove(index);
        }
        true
    }

    pub fn total(&self) -> u64 {
        self.items
            .iter()
            .map(|item| item.price * u64::from(item.quantity))
            .sum()
    }

    pub fn items(&self) -> &[Item] {
        &self.items
    }
}
