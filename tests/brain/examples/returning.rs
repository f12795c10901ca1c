//# leave-with-the-answer E0282
pub fn digit(letter: char) -> Option<u32> {
    if letter == ' ' {
        None;
    }
    letter.to_digit(10)
}
//= fixed
pub fn digit(letter: char) -> Option<u32> {
    if letter == ' ' {
        return None;
    }
    letter.to_digit(10)
}
//# leave-with-the-answer E0308
pub fn length(text: Option<&str>) -> Option<usize> {
    let known = match text {
        Some(text) => text,
        None => None,
    };
    Some(known.len())
}
//= fixed
pub fn length(text: Option<&str>) -> Option<usize> {
    let known = match text {
        Some(text) => text,
        None => return None,
    };
    Some(known.len())
}
//# leave-with-the-answer E0317
pub fn digit(letter: char) -> Option<u32> {
    if letter == ' ' {
        None
    };
    letter.to_digit(10)
}
//= fixed
pub fn digit(letter: char) -> Option<u32> {
    if letter == ' ' {
        return None
    };
    letter.to_digit(10)
}
//# say-the-result E0308
pub fn count(text: &str) -> usize {
    let mut seen = 0;
    for _ in text.chars() { seen += 1; }
}
//= fixed
pub fn count(text: &str) -> usize {
    let mut seen = 0;
    for _ in text.chars() { seen += 1; }
    seen
}
