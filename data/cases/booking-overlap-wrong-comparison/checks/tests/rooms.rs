use booking_overlap::Span;

#[test]
fn spans_overlap_when_they_share_a_minute() {
    for one in spans() {
        for other in spans() {
            let shared =
                (one.start..one.end).any(|minute| (other.start..other.end).contains(&minute));
            assert_eq!(one.overlaps(other), shared, "{one:?} {other:?}");
        }
    }
}

fn spans() -> impl Iterator<Item = Span> {
    (0..5u16).flat_map(|start| (start..5).map(move |end| Span { start, end }))
}
