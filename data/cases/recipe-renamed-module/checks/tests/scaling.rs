use recipe_renamed::measure::Unit;
use recipe_renamed::{Quantity, Recipe};

#[test]
fn amounts_follow_the_number_of_people() {
    let dough = Recipe {
        people: 2,
        ingredients: vec![
            (
                "flour".to_string(),
                Quantity {
                    amount: 250.0,
                    unit: Unit::Gram,
                },
            ),
            (
                "water".to_string(),
                Quantity {
                    amount: 150.0,
                    unit: Unit::Millilitre,
                },
            ),
        ],
    };
    assert_eq!(
        dough.for_people(6).shopping_list(),
        "750 g flour\n450 ml water"
    );
}
