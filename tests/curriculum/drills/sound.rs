// Programs that compile and that a hasty reader could stumble over.

//= 1
fn main() {
    let count;
    count = 1;
    println!("{}", count);
}

//= 2
fn main() {
    let mut name = String::from("a");
    let other = name;
    name = other.clone();
    println!("{name} {other}");
}

//= 3
fn show(text: &str) {
    println!("{text}");
}
fn main() {
    let name = String::from("a");
    show(&name);
    println!("{name}");
}

//= 4
fn main() {
    let counted = 'outer: loop {
        loop {
            break 'outer 3;
        }
    };
    println!("{}", counted);
}

//= 5
enum Side {
    Left,
    Right,
}
fn main() {
    match Side::Left {
        Side::Left => {}
        _ => {}
    }
    let _ = Side::Right;
}

//= 6
#[derive(Default)]
struct Point {
    x: i32,
    y: i32,
}
fn main() {
    let p = Point { x: 1, ..Default::default() };
    println!("{} {}", p.x, p.y);
}

//= 7
struct Node {
    value: i32,
    next: Option<Box<Node>>,
}
fn main() {
    let n = Node { value: 1, next: None };
    println!("{} {}", n.value, n.next.is_none());
}

//= 8
struct Line<'a> {
    text: &'a str,
}
impl<'a> Line<'a> {
    fn text(&self) -> &str {
        self.text
    }
}
fn main() {
    println!("{}", Line { text: "a" }.text());
}

//= 9
trait Named {
    fn name(&self) -> u8 {
        1
    }
}
struct Plate;
impl Named for Plate {}
fn main() {
    println!("{}", Plate.name());
}

//= 10
unsafe fn risky() {}
fn main() {
    unsafe { risky() };
}

//= 11
macro_rules! make {
    ($name:ident) => {
        let $name = 1;
    };
}
fn main() {
    make!(x);
    let y = x + 1;
    println!("{}", y);
}

//= 12
fn main() {
    let add = |a: i32, b: i32| a + b;
    println!("{}", add(1, 2));
    for n in 0..3 {
        if n == 1 {
            continue;
        }
    }
}

//= 13
union Both {
    a: u32,
    b: f32,
}
fn main() {
    let both = Both { a: 1 };
    let _ = unsafe { both.b };
}
