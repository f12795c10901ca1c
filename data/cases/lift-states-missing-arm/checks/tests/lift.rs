use lift_states::{Input, State};

#[test]
fn a_fault_shows_the_floor_below() {
    let moving = State::Idle { floor: 2 }.next(Input::Call(5));
    assert_eq!(moving.label(), "up to 5");
    let stuck = moving.next(Input::Fault);
    assert_eq!(stuck.label(), "stuck above 2");
    assert_eq!(stuck.next(Input::Call(9)), stuck);
    assert_eq!(stuck.next(Input::Repaired).label(), "at 2");
}
