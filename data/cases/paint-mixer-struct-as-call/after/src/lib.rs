//! Mixes paints the way a shop does: by parts.

/// Light that a paint throws back, 0–255 a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb {
    pub red: u8,
    pub green: u8,
    pub blue: u8,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MixError;

impl Rgb {
    /// The way it is written on the tin: `#rrggbb`.
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// The weighted mean of paints; an error when there are no parts at all.
pub fn mix(parts: &[(Rgb, u32)]) -> Result<Rgb, MixError> {
    let whole: u32 = parts.iter().map(|(_, count)| count).sum();
    if whole == 0 {
        return Err(MixError);
    }
    let channel = |pick: fn(&Rgb) -> u8| -> u8 {
        let sum: u32 = parts
            .iter()
            .map(|(paint, count)| u32::from(pick(paint)) * count)
            .sum();
        ((sum + whole / 2) / whole) as u8
    };
    let red = channel(|paint| paint.red);
    let green = channel(|paint| paint.green);
    let blue = channel(|paint| paint.blue);
    Ok(Rgb { red, green, blue })
}
