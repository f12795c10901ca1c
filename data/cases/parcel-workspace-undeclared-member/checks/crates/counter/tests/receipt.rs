use counter::receipt;

#[test]
fn heavy_parcels_are_refused() {
    assert_eq!(receipt(&[200, 4_000, 30_000], false), (1_080, 1));
    assert_eq!(receipt(&[20_000], true), (2_580, 0));
    assert_eq!(receipt(&[], true), (0, 0));
}
