//! Files that people attach: a picture of a screen, and a protocol.

use super::ids::Dice;

/// A small PNG: a window with a message in it, without text.
pub fn screen(dice: &mut Dice) -> Vec<u8> {
    let (width, height): (usize, usize) = (160, 100);
    let tint = u8::try_from(dice.between(60, 200)).unwrap_or(90);
    let bar = usize::try_from(dice.between(50, 110)).unwrap_or(80);
    let mut rows = Vec::with_capacity((width * 3 + 1) * height);
    for y in 0..height {
        rows.push(0);
        for x in 0..width {
            let frame = x < 2 || x >= width - 2 || y < 12 || y >= height - 2;
            let line = (30..34).contains(&y) || (44..48).contains(&y) || (58..62).contains(&y);
            let pixel = if frame {
                [tint, 90, 140]
            } else if line && (14..14 + bar).contains(&x) {
                [120, 120, 128]
            } else if (76..90).contains(&y) && (100..146).contains(&x) {
                [200, 80, 70]
            } else {
                [245, 246, 248]
            };
            rows.extend_from_slice(&pixel);
        }
    }
    png(width, height, &rows)
}

/// A protocol such as devices write.
pub fn protocol(dice: &mut Dice, device: &str) -> Vec<u8> {
    let mut text = format!("device: {device}\n");
    let mut minute = dice.between(0, 20);
    for what in [
        "link up, 1 Gbit/s",
        "address taken over from the network",
        "no answer from the gateway for 10 s",
        "link down",
        "link up, 100 Mbit/s",
        "no answer from the gateway for 10 s",
    ] {
        text.push_str(&format!(
            "09:{minute:02}:{:02} {what}\n",
            dice.between(0, 59)
        ));
        minute += dice.between(1, 6);
    }
    text.into_bytes()
}

fn png(width: usize, height: usize, rows: &[u8]) -> Vec<u8> {
    let size = |n: usize| u32::try_from(n).unwrap_or(0).to_be_bytes();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = Vec::new();
    head.extend_from_slice(&size(width));
    head.extend_from_slice(&size(height));
    head.extend_from_slice(&[8, 2, 0, 0, 0]);
    chunk(&mut file, *b"IHDR", &head);
    // zlib with stored blocks: valid, and needs no compressor.
    let mut data = vec![0x78, 0x01];
    let mut blocks = rows.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        data.push(u8::from(blocks.peek().is_none()));
        let length = u16::try_from(block.len()).unwrap_or(0);
        data.extend_from_slice(&length.to_le_bytes());
        data.extend_from_slice(&(!length).to_le_bytes());
        data.extend_from_slice(block);
    }
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in rows {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    data.extend_from_slice(&(high << 16 | low).to_be_bytes());
    chunk(&mut file, *b"IDAT", &data);
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    file.extend_from_slice(&u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
    file.extend_from_slice(&name);
    file.extend_from_slice(data);
    let mut crc = u32::MAX;
    for byte in name.iter().chain(data) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    file.extend_from_slice(&(!crc).to_be_bytes());
}
