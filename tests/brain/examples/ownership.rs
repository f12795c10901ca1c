//# clone-where-it-moves E0382
pub fn both(name: String) -> (String, usize) {
    let kept = name;
    (kept, name.len())
}
//= fixed
pub fn both(name: String) -> (String, usize) {
    let kept = name.clone();
    (kept, name.len())
}
//# clone-where-it-moves E0507
pub struct Pair { pub left: String }
pub fn left(pair: &Pair) -> String {
    pair.left
}
//= fixed
pub struct Pair { pub left: String }
pub fn left(pair: &Pair) -> String {
    pair.left.clone()
}
//# borrow-where-it-moves E0382
pub fn total(prices: Vec<u32>) -> (u32, usize) {
    let mut sum = 0;
    for price in prices {
        sum += price;
    }
    (sum, prices.len())
}
//= fixed
pub fn total(prices: Vec<u32>) -> (u32, usize) {
    let mut sum = 0;
    for price in &prices {
        sum += price;
    }
    (sum, prices.len())
}
//# borrow-inside-the-option E0507
pub struct Node { pub next: Option<Box<u32>> }
pub fn peek(node: &Node) -> u32 {
    *node.next.unwrap()
}
//= fixed
pub struct Node { pub next: Option<Box<u32>> }
pub fn peek(node: &Node) -> u32 {
    *node.next.as_deref().unwrap()
}
//# take-out-of-the-place E0507
pub struct Log { lines: Vec<String> }
impl Log {
    pub fn drain(&mut self) -> Vec<String> {
        self.lines
    }
}
//= fixed
pub struct Log { lines: Vec<String> }
impl Log {
    pub fn drain(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lines)
    }
}
//# let-the-function-borrow E0382
fn shout(text: String) -> usize {
    text.len()
}
pub fn twice(text: String) -> usize {
    shout(text) + shout(text)
}
//= fixed
fn shout(text: &str) -> usize {
    text.len()
}
pub fn twice(text: String) -> usize {
    shout(&text) + shout(&text)
}
