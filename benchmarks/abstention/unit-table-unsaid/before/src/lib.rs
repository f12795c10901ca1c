/// The minutes that a bus of a line waits at the terminus.
pub fn wait(line: u8) -> u32 {
    match line {
        1 => 4,
        2..=9 => 7,
        10 => 12,
    }
}
