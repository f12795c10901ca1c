use page_window::Pager;

#[test]
fn every_item_is_on_a_page() {
    for items in 0..25 {
        let pager = Pager { items, per_page: 7 };
        let shown: usize = (1..=pager.pages())
            .map(|page| pager.range(page).unwrap().len())
            .sum();
        assert_eq!(shown, items);
    }
}
