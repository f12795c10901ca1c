// Programs that break one rule each, which the line before them names. Each compiles but for that.

//= E0384
fn main() {
    let count = 1;
    println!("{}", count);
    count += 1;
    println!("{}", count);
}

//= E0596
fn main() {
    let words = Vec::new();
    words.push(1);
}

//= E0382
fn main() {
    let name = String::from("Ada");
    let other = name;
    println!("{} {}", name, other);
}

//= E0425
fn main() {
    let total = 1;
    let twice = totl + total;
    println!("{}", twice);
}

//= E0061
fn add(a: i32, b: i32) -> i32 {
    a + b
}
fn main() {
    add(1);
}

//= E0063
struct Point {
    x: i32,
    y: i32,
}
fn main() {
    let _p = Point { x: 1 };
}

//= E0560
struct Point {
    x: i32,
}
fn main() {
    let _p = Point { x: 1, z: 2 };
}

//= E0062
struct Point {
    x: i32,
}
fn main() {
    let _p = Point { x: 1, x: 2 };
}

//= E0004
enum Side {
    Left,
    Right,
}
fn main() {
    let side = Side::Left;
    match side {
        Side::Left => {}
    }
}

//= E0133
unsafe fn risky() {}
fn main() {
    risky();
}

//= E0268
fn main() {
    break;
}

//= E0267
fn main() {
    let stop = || {
        break;
    };
    stop();
}

//= E0571
fn main() {
    let _x = for _ in 0..3 {
        break 1;
    };
}

//= E0426
fn main() {
    loop {
        break 'outer;
    }
}

//= E0728
async fn one() {}
fn main() {
    one().await;
}

//= E0040
struct File;
impl Drop for File {
    fn drop(&mut self) {}
}
fn main() {
    let mut file = File;
    file.drop();
}

//= E0428
struct Plate;
struct Plate;
fn main() {}

//= E0124
struct Plate {
    size: u8,
    size: u16,
}
fn main() {}

//= E0415
fn add(a: i32, a: i32) {}
fn main() {}

//= E0403
fn pair<T, T>(a: T) {}
fn main() {}

//= E0262
fn keep<'static>(text: &'static str) {}
fn main() {}

//= E0261
fn keep(text: &'a str) {}
fn main() {}

//= E0106
struct Line {
    text: &str,
}
fn main() {}

//= E0072
struct Node {
    value: i32,
    next: Option<Node>,
}
fn main() {}

//= E0204
#[derive(Clone, Copy)]
struct Line {
    text: String,
}
fn main() {}

//= E0392
struct Line<T> {
    size: u8,
}
fn main() {}

//= E0046
trait Named {
    fn name(&self) -> u8;
}
struct Plate;
impl Named for Plate {}
fn main() {}

//= E0407
trait Named {}
struct Plate;
impl Named for Plate {
    fn size(&self) {}
}
fn main() {}

//= E0404
struct Named;
struct Plate;
impl Named for Plate {}
fn main() {}

//= E0116
impl Vec<u8> {
    fn first_byte(&self) {}
}
fn main() {}

//= E0117
impl Copy for i32 {}
fn main() {}

//= E0120
impl Drop for u32 {
    fn drop(&mut self) {}
}
fn main() {}
