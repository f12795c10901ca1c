use std::collections::VecDeque;

use reading_queue::RingQueue;

#[test]
fn it_does_what_a_deque_does() {
    let (mut ring, mut deque) = (RingQueue::new(), VecDeque::new());
    for step in 0..400u32 {
        if step % 7 < 4 || step % 11 == 0 {
            ring.push(step);
            deque.push_back(step);
        } else {
            assert_eq!(ring.pop(), deque.pop_front(), "step {step}");
        }
        assert_eq!(ring.len(), deque.len());
        assert!(ring.iter().eq(deque.iter()), "step {step}");
    }
}

#[test]
fn values_need_no_copy() {
    let mut ring = RingQueue::default();
    for name in ["a", "b", "c"] {
        ring.push(name.to_string());
    }
    assert_eq!(ring.pop().as_deref(), Some("a"));
    assert_eq!(
        ring.iter().map(String::as_str).collect::<Vec<_>>(),
        ["b", "c"]
    );
}
