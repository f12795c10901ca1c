use herbarium_sheet::{Catalogue, Label, Region};

#[test]
fn sheets_lie_from_north_to_south() {
    let mut catalogue = Catalogue::default();
    catalogue.file(Label::new(Region::Alps, "Arnica", "montana", 2), "scree");
    catalogue.file(Label::new(Region::Coast, "Salix", "repens", 9), "dune");
    catalogue.file(Label::new(Region::Coast, "Crambe", "maritima", 4), "beach");
    let again = Label::new(Region::Alps, "Arnica", "montana", 2);
    assert_eq!(catalogue.file(again, "meadow").as_deref(), Some("scree"));
    assert_eq!(
        catalogue.listing(),
        ["Crambe maritima #4", "Salix repens #9", "Arnica montana #2"]
    );
}
