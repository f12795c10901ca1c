use print_spooler::{spool, Meter, Preview};

#[test]
fn every_sink_gets_every_page() {
    let (mut preview, mut meter) = (Preview::default(), Meter::default());
    assert_eq!(spool("a b\nc\nd", 2, &mut [&mut preview, &mut meter]), 2);
    assert_eq!(preview.pages, ["a b\nc", "d"]);
    assert_eq!((meter.pages, meter.letters), (2, 4));
}
