use parcel_way::{Parcel, Refused, State};

#[test]
fn what_is_refused_changes_nothing() {
    let mut parcel = Parcel::new();
    assert_eq!(parcel.pack(100), Err(Refused));
    assert_eq!(parcel.state(), &State::Open { items: vec![] });
    parcel.put("anvil").unwrap();
    parcel.pack(30_001).unwrap();
    let before = parcel.clone();
    assert_eq!(parcel.ship("Z-1"), Err(Refused));
    assert_eq!(parcel.pack(5), Err(Refused));
    assert_eq!(parcel.put("more"), Err(Refused));
    assert_eq!(parcel, before);
}

#[test]
fn items_keep_their_order() {
    let mut parcel = Parcel::default();
    for item in ["a", "b", "c"] {
        parcel.put(item).unwrap();
    }
    parcel.pack(30_000).unwrap();
    parcel.ship("Z-2").unwrap();
    match parcel.state() {
        State::Shipped { items, label } => {
            assert_eq!((items.join(""), label.as_str()), ("abc".to_string(), "Z-2"));
        }
        other => panic!("{other:?}"),
    }
}
