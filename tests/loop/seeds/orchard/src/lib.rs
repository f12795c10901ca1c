//! Apples, and which of them are alike.

#[derive(Debug)]
pub enum Colour {
    Green,
    Red,
}

#[derive(Debug)]
pub struct Apple {
    pub sort: String,
    pub colour: Colour,
}

/// How many apples of the basket are like the sample.
pub fn alike(basket: &[Apple], sample: &Apple) -> usize {
    basket.iter().filter(|apple| *apple == sample).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apple(colour: Colour) -> Apple {
        Apple { sort: "russet".to_string(), colour }
    }

    #[test]
    fn colour_tells_them_apart() {
        let basket = [apple(Colour::Green), apple(Colour::Red), apple(Colour::Green)];
        assert_eq!(alike(&basket, &apple(Colour::Green)), 2);
    }
}
