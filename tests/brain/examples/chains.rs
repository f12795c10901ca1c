//# iterate-first E0599
pub fn letters(text: &str) -> usize { text.filter(|c| c.is_alphabetic()).count() }
//= fixed
pub fn letters(text: &str) -> usize { text.chars().filter(|c| c.is_alphabetic()).count() }
//# collect-first E0599
pub fn big(all: &[u32]) -> usize { all.iter().filter(|n| **n > 2).len() }
//= fixed
pub fn big(all: &[u32]) -> usize { all.iter().filter(|n| **n > 2).count() }
//# collect-first E0599
pub fn shout(all: &[String]) -> String { all.iter().map(|s| s.to_uppercase()).join(", ") }
//= fixed
pub fn shout(all: &[String]) -> String { all.iter().map(|s| s.to_uppercase()).collect::<Vec<_>>().join(", ") }
//# open-the-option-first E0599
pub fn first(text: &str) -> Option<String> { Some(text.split(' ').next().to_uppercase()) }
//= fixed
pub fn first(text: &str) -> Option<String> { Some(text.split(' ').next()?.to_uppercase()) }
//# open-the-option-first E0369
pub fn next(count: Result<u32, String>) -> Result<u32, String> { Ok(count + 1) }
//= fixed
pub fn next(count: Result<u32, String>) -> Result<u32, String> { Ok(count? + 1) }
//# order-floats-totally E0277
pub fn sorted(mut all: Vec<f64>) -> Vec<f64> { all.sort(); all }
//= fixed
pub fn sorted(mut all: Vec<f64>) -> Vec<f64> { all.sort_by(|a, b| a.total_cmp(b)); all }
//# reach-the-character E0277
pub fn initial(name: &str) -> char { name[0] }
//= fixed
pub fn initial(name: &str) -> char { name.chars().nth(0).unwrap() }
//# quote-it-as-the-other-does E0277
pub fn yes(text: &str) -> bool { text == 'y' }
//= fixed
pub fn yes(text: &str) -> bool { text == "y" }
//# read-it-instead-of-casting E0605
pub fn number(text: String) -> u32 { text as u32 }
//= fixed
pub fn number(text: String) -> u32 { text.parse::<u32>().unwrap() }
//# iterate-first E0599
pub fn first(text: &str) -> Option<char> { text.next() }
//= fixed
pub fn first(text: &str) -> Option<char> { text.chars().next() }
//# iterate-first E0061
pub fn highest(list: &[u8]) -> u8 { *list.max().unwrap_or(&0) }
//= fixed
pub fn highest(list: &[u8]) -> u8 { *list.iter().max().unwrap_or(&0) }
