//! A queue of readings on a ring of slots that grows when it is full.

#[derive(Clone, Debug)]
pub struct RingQueue<T> {
    slots: Vec<Option<T>>,
    head: usize,
    len: usize,
}

impl<T> RingQueue<T> {
    pub fn new() -> Self {
        RingQueue {
            slots: vec![None, None],
            head: 0,
            len: 0,
        }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn push(&mut self, value: T) {
        if self.len == self.slots.len() {
            self.grow();
        }
        let tail = (self.head + self.len) % self.slots.len();
        self.slots[tail] = Some(value);
        self.len += 1;
    }

    pub fn pop(&mut self) -> Option<T> {
        let value = self.slots[self.head].take()?;
        self.head = (self.head + 1) % self.slots.len();
        self.len -= 1;
        Some(value)
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        let (front, back) = (&self.slots[self.head..], &self.slots[..self.head]);
        front.iter().chain(back).flatten()
    }

    /// Doubles the slots.
    fn grow(&mut self) {
        let size = self.slots.len();
        self.slots.resize_with(size * 2, || None);
    }
}

impl<T> Default for RingQueue<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_in_first_out() {
        let mut queue = RingQueue::new();
        for value in 1..=5 {
            queue.push(value);
        }
        assert_eq!(queue.iter().copied().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        assert_eq!(queue.pop(), Some(1));
        assert_eq!(queue.len(), 4);
    }

    #[test]
    fn growing_keeps_the_order_wherever_the_head_is() {
        let mut queue = RingQueue::new();
        queue.push(1);
        queue.push(2);
        queue.pop();
        queue.push(3);
        queue.push(4);
        assert_eq!(
            [queue.pop(), queue.pop(), queue.pop()],
            [Some(2), Some(3), Some(4)]
        );
        assert!(queue.is_empty());
    }
}
