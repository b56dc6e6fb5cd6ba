/**
 * A small picture in each format that we read, do not write and decode ourselves, so that a self-test can prove the
 * decoder.
 */
import type { Format } from '@fovea/core/model'

/** Two flat halves survive every conversion; dark enough that tone mapping leaves them alone. */
export const sampleColours = { left: [176, 48, 32], right: [16, 96, 184] } as const

type Writer = (side: number) => Uint8Array

const writers: Readonly<Partial<Record<Format, Writer>>> = {
  bmp: (side) => concat(bmpFileHeader(side), bitmapHeader(side, side, 24), rows(side, [2, 1, 0])),
  ico: writeIco,
  tga: (side) => concat(tgaHeader(side), rows(side, [2, 1, 0])),
  pnm: (side) => concat(Buffer.from(`P6\n${side} ${side}\n255\n`), rows(side, [0, 1, 2])),
  qoi: writeQoi,
  hdr: writeHdr,
  exr: writeExr,
  pdf: writePdf,
}

/** A square picture, left and right half of one colour; `undefined` for every other format. `side` divides by 8. */
export function sampleOf(format: Format, side: number): Uint8Array | undefined {
  return writers[format]?.(side)
}

/** The same picture, 96 px a side, as HEVC: made once with x265, because nothing here encodes it. */
export function hevcSample(): Uint8Array {
  return Buffer.from(hevcText, 'base64')
}

function colourAt(x: number, side: number): readonly [number, number, number] {
  return x < side / 2 ? sampleColours.left : sampleColours.right
}

/** All pixels with channels in the given order; top and bottom are alike. */
function rows(side: number, order: readonly number[]): Uint8Array {
  const row = Array.from({ length: side }, (_, x) => order.map((channel) => colourAt(x, side)[channel] ?? 0))
  return concat(...Array.from({ length: side }, () => Uint8Array.from(row.flat())))
}

function bmpFileHeader(side: number): Uint8Array {
  const header = Buffer.alloc(14)
  header.write('BM')
  header.writeUInt32LE(54 + side * side * 3, 2)
  header.writeUInt32LE(54, 10)
  return header
}

function bitmapHeader(width: number, height: number, bits: number): Uint8Array {
  const header = Buffer.alloc(40)
  header.writeUInt32LE(40, 0)
  header.writeInt32LE(width, 4)
  header.writeInt32LE(height, 8)
  header.writeUInt16LE(1, 12)
  header.writeUInt16LE(bits, 14)
  return header
}

function writeIco(side: number): Uint8Array {
  const mask = new Uint8Array(Math.ceil(side / 32) * 4 * side)
  const picture = concat(bitmapHeader(side, side * 2, 24), rows(side, [2, 1, 0]), mask)
  const directory = Buffer.alloc(22)
  directory.set([0, 0, 1, 0, 1, 0, side, side, 0, 0, 1, 0, 24, 0])
  directory.writeUInt32LE(picture.length, 14)
  directory.writeUInt32LE(directory.length, 18)
  return concat(directory, picture)
}

function tgaHeader(side: number): Uint8Array {
  const header = Buffer.alloc(18)
  header[2] = 2
  header.writeUInt16LE(side, 12)
  header.writeUInt16LE(side, 14)
  header[16] = 24
  return header
}

function writeQoi(side: number): Uint8Array {
  const header = Buffer.alloc(14)
  header.write('qoif')
  header.writeUInt32BE(side, 4)
  header.writeUInt32BE(side, 8)
  header[12] = 3
  const row = Array.from({ length: side }, (_, x) => [0xfe, ...colourAt(x, side)]).flat()
  return concat(
    header,
    ...Array.from({ length: side }, () => Uint8Array.from(row)),
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]),
  )
}

/** Exponent 128: mantissas are linear light in 256ths. */
function writeHdr(side: number): Uint8Array {
  const row = Array.from({ length: side }, (_, x) => [...colourAt(x, side).map(toLinear), 128]).flat()
  const head = Buffer.from(`#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y ${side} +X ${side}\n`)
  return concat(head, ...Array.from({ length: side }, () => Uint8Array.from(row)))
}

/** Floats, line by line, not compressed. */
function writeExr(side: number): Uint8Array {
  const attribute = (name: string, type: string, body: Uint8Array) => {
    const length = Buffer.alloc(4)
    length.writeUInt32LE(body.length)
    return concat(Buffer.from(`${name}\0${type}\0`), length, body)
  }
  const channel = (name: string) =>
    concat(Buffer.from(`${name}\0`), Uint8Array.from([2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]))
  const window = Buffer.from(Int32Array.of(0, 0, side - 1, side - 1).buffer)
  const head = concat(
    Uint8Array.from([0x76, 0x2f, 0x31, 0x01, 2, 0, 0, 0]),
    attribute('channels', 'chlist', concat(channel('B'), channel('G'), channel('R'), Uint8Array.of(0))),
    attribute('compression', 'compression', Uint8Array.of(0)),
    attribute('dataWindow', 'box2i', window),
    attribute('displayWindow', 'box2i', window),
    attribute('lineOrder', 'lineOrder', Uint8Array.of(0)),
    attribute('pixelAspectRatio', 'float', Buffer.from(Float32Array.of(1).buffer)),
    attribute('screenWindowCenter', 'v2f', new Uint8Array(8)),
    attribute('screenWindowWidth', 'float', Buffer.from(Float32Array.of(1).buffer)),
    Uint8Array.of(0),
  )
  const samples = [2, 1, 0].flatMap((index) =>
    Array.from({ length: side }, (_, x) => toLinear(colourAt(x, side)[index] ?? 0) / 256),
  )
  const line = Buffer.from(Float32Array.from(samples).buffer)
  const lineBytes = 8 + line.length
  const starts = Array.from({ length: side }, (_, y) => BigInt(head.length + side * 8 + y * lineBytes))
  const lines = starts.map((_, y) => concat(Buffer.from(Int32Array.of(y, line.length).buffer), line))
  return concat(head, Buffer.from(BigInt64Array.from(starts).buffer), ...lines)
}

/** Two pixels a point. */
function writePdf(side: number): Uint8Array {
  const half = (x: number) =>
    `${colourAt(x, side)
      .map((value) => value / 255)
      .join(' ')} rg ${x / 2} 0 ${side / 4} ${side / 2} re f `
  const content = half(0) + half(side / 2)
  return Buffer.from(
    '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n' +
      `3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${side / 2} ${side / 2}]/Contents 4 0 R>>endobj\n` +
      `4 0 obj<</Length ${content.length}>>stream\n${content}\nendstream endobj\ntrailer<</Root 1 0 R>>\n`,
  )
}

function toLinear(value: number): number {
  const encoded = value / 255
  const linear = encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4
  return Math.round(linear * 256 - 0.5)
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts)
}

const hevcText =
  'AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAkVtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA' +
  'AA5waXRtAAAAAAABAAAANGlsb2MAAAAAREAAAgABAAAAAAJpAAEAAAAAAAAAZwACAAAAAALQAAEAAAAAAAAAFwAAADhpaW5mAAAA' +
  'AAACAAAAFWluZmUCAAAAAAEAAGh2YzEAAAAAFWluZmUCAAAAAAIAAGh2YzEAAAABhGlwcnAAAAFfaXBjbwAAAHhodmNDAQNwAAAA' +
  'AAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoDCBhZbq' +
  'SSmubgQEDAgAAAMACAAAAwAIQCIAAQAHRAHBcrAiQAAAABRpc3BlAAAAAAAAAGAAAABgAAAAEHBpeGkAAAAAAwgICAAAAHJodmND' +
  'AQQIAAAAAAAAAAAAHvAA/Pz4+AAADwMgAAEAF0ABDAH//wQIAAADAJ/4AAADAAAeugJAIQABACZCAQEECAAAAwCf+AAAAwAAHsDC' +
  'BhZbqSSmubAgAAADACAAAAMAISIAAQAHRAHBcrAiQAAAABRpc3BlAAAAAAAAAGAAAABgAAAADnBpeGkAAAAAAQgAAAAnYXV4QwAA' +
  'AAB1cm46bXBlZzpoZXZjOjIwMTU6YXV4aWQ6MQAAAAAdaXBtYQAAAAAAAAACAAEDgQKDAAIEhAWGhwAAABppcmVmAAAAAAAAAA5h' +
  'dXhsAAIAAQABAAAAhm1kYXQAAABjKAGvCeDhVzl1X//8zd///DfvIfn/wUkEp/0bc79WdP/7teSBfgacMToL4+otDLxWFDD3syF/' +
  'LhXm+m+94dRaU+iIUGJ6QsQXvtnbQUG3DaZZP4zf0TkJx6wwzeCQmvVeFPFYAAAAEygBrhPAO4jr9f/ucOxSAkenOwY='
