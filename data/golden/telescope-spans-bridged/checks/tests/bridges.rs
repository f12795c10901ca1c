use telescope_time::Taken;

#[test]
fn a_span_over_all_of_them_leaves_one() {
    let mut taken = Taken::new();
    for start in [50, 10, 30, 70] {
        taken.insert(start..start + 5);
    }
    taken.insert(0..100);
    assert_eq!(taken.spans(), std::slice::from_ref(&(0..100)));
}

#[test]
fn touching_on_both_sides_joins_both() {
    let mut taken = Taken::new();
    taken.insert(10..20);
    taken.insert(30..40);
    taken.insert(20..30);
    assert_eq!(taken.spans(), std::slice::from_ref(&(10..40)));
}

#[test]
fn any_order_of_insertion_says_the_same() {
    let spans = [3..9, 20..25, 8..12, 1..2, 12..20, 40..41, 2..3, 30..40];
    for turn in 0..spans.len() {
        let mut taken = Taken::new();
        for place in 0..spans.len() {
            taken.insert(spans[(place * 3 + turn) % spans.len()].clone());
        }
        assert_eq!(taken.spans(), [1..25, 30..41]);
        let minutes: u32 = (0..60)
            .map(|minute| u32::from(taken.contains(minute)))
            .sum();
        assert_eq!(minutes, 35);
    }
}

#[test]
fn an_empty_span_is_none() {
    let mut taken = Taken::new();
    taken.insert(7..7);
    assert!(taken.spans().is_empty());
}
