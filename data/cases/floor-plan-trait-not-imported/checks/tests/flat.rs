use floor_plan::extent::Extent;
use floor_plan::hallway::Hallway;
use floor_plan::price;
use floor_plan::room::Room;

#[test]
fn a_flat_is_priced_by_its_area() {
    let room = Room {
        width: 4.0,
        depth: 5.0,
    };
    let hallway = Hallway {
        width: 1.0,
        legs: (4.0, 3.0),
    };
    assert_eq!(price(&[&room, &hallway], 2_000.0), 52_000);
    assert_eq!(room.skirting(0.9), 17.1);
    assert_eq!(hallway.edge(), 14.0);
}
