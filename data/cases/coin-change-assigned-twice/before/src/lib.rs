//! Splits an amount into the coins of a till.

/// Coins in cents, largest first.
pub const COINS: [u32; 8] = [200, 100, 50, 20, 10, 5, 2, 1];

/// How many of each coin make up an amount, with as few coins as possible; coins not needed are left out.
pub fn change(amount: u32) -> Vec<(u32, u32)> {
    let remaining = amount;
    let mut coins = Vec::new();
    for coin in COINS {
        let count = remaining / coin;
        if count > 0 {
            coins.push((coin, count));
            remaining -= coin * count;
        }
    }
    coins
}

/// The weight in milligrams of the coins that make up an amount.
pub fn weight(amount: u32) -> u32 {
    change(amount)
        .into_iter()
        .map(|(coin, count)| {
            let milligrams = match coin {
                200 => 8_500,
                100 => 7_500,
                50 => 7_800,
                20 => 5_740,
                10 => 4_100,
                5 => 3_920,
                2 => 3_060,
                _ => 2_300,
            };
            milligrams * count
        })
        .sum()
}
