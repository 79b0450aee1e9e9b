//! Decimal numbers as written: compared and subtracted without rounding.
//!
//! Invariant: no floats. 0.658 − 0.641 is 0.017, with the decimals of the finer of both.

use std::cmp::Ordering;
use std::fmt;

/// A true minus sign, as wide as a plus.
const MINUS: char = '\u{2212}';

/// Most digits, and most decimals, that are compared; other numbers are shown, not compared. Two of
/// them on one scale have 36 digits, and a hundred times that still fits i128.
const DIGITS: usize = 18;

/// A decimal number: `units` of the last of `decimals` places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decimal {
    units: i128,
    decimals: u32,
}

impl Decimal {
    /// Reads `-12.50`, also with an exponent. None for anything else, or more than 18 digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i32 = exponent.parse().ok()?;
        let unsigned = number.strip_prefix(['-', MINUS]);
        let (whole, part) = match unsigned.unwrap_or(number).split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (unsigned.unwrap_or(number), ""),
        };
        let digits = [whole, part].concat();
        if whole.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let places = i32::try_from(part.len()).ok()?.checked_sub(exponent)?;
        let decimals = u32::try_from(places.max(0)).ok()?;
        let zeros = usize::try_from((-places).max(0)).ok()?;
        let significant = digits.trim_start_matches('0').len();
        if significant + zeros > DIGITS || decimals as usize > DIGITS {
            return None;
        }
        let units: i128 = (digits + &"0".repeat(zeros)).parse().ok()?;
        Some(Self { units: if unsigned.is_some() { -units } else { units }, decimals })
    }

    /// This less another, with the decimals of the finer.
    pub(super) fn minus(self, other: Self) -> Self {
        let decimals = self.decimals.max(other.decimals);
        Self { units: self.at(decimals) - other.at(decimals), decimals }
    }

    /// Twice this less both others: the distance from the middle between them, doubled.
    pub(super) fn twice_from_middle(self, low: Self, high: Self) -> Self {
        let above = self.minus(low);
        let below = high.minus(self);
        let distance = above.minus(below);
        Self { units: distance.units.abs(), decimals: distance.decimals }
    }

    /// How far this is from another, without sign.
    pub(super) fn distance(self, other: Self) -> Self {
        let difference = self.minus(other);
        Self { units: difference.units.abs(), decimals: difference.decimals }
    }

    /// Which is larger, whatever their decimals are.
    pub(super) fn compare(self, other: Self) -> Ordering {
        let decimals = self.decimals.max(other.decimals);
        self.at(decimals).cmp(&other.at(decimals))
    }

    /// With its sign, always: `+0.017`, a true minus sign, no sign for zero.
    pub(super) fn signed(self) -> String {
        match self.units.cmp(&0) {
            Ordering::Less => format!("{MINUS}{}", Self { units: -self.units, ..self }),
            Ordering::Equal => self.to_string(),
            Ordering::Greater => format!("+{self}"),
        }
    }

    /// Where this lies between two others, from 0 to `steps`.
    pub(super) fn place(self, low: Self, high: Self, steps: u32) -> u32 {
        let decimals = self.decimals.max(low.decimals).max(high.decimals);
        let (low, high, own) = (low.at(decimals), high.at(decimals), self.at(decimals));
        let width = high - low;
        if width <= 0 {
            return steps / 2;
        }
        let place = ((own - low).clamp(0, width) * i128::from(steps) + width / 2) / width;
        u32::try_from(place).unwrap_or(steps)
    }

    fn at(self, decimals: u32) -> i128 {
        self.units * 10_i128.pow(decimals - self.decimals)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = self.decimals as usize;
        let sign = if self.units < 0 { MINUS.to_string() } else { String::new() };
        let digits = format!("{:0width$}", self.units.unsigned_abs(), width = decimals + 1);
        let (whole, part) = digits.split_at(digits.len() - decimals);
        let point = if part.is_empty() { "" } else { "." };
        write!(formatter, "{sign}{whole}{point}{part}")
    }
}
