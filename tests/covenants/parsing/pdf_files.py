"""Makes small PDF files for tests, with Chinese text, with pictures, or both."""

_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Own def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap end end"""


def pdf(*pages, picture=(), at=lambda line: (60, 760 - 24 * line)):
    """A PDF with these pages, each a list of lines; `picture` names the pages with a picture.

    `at` places the line of a number on its page, in points from the lower left.
    """
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        3: b"<< /Type /Font /Subtype /Type0 /BaseFont /Own /Encoding /Identity-H "
        b"/DescendantFonts [4 0 R] /ToUnicode 6 0 R >>",
        4: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Own /DW 1000 /FontDescriptor 5 0 R "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        5: b"<< /Type /FontDescriptor /FontName /Own /Flags 4 /FontBBox [0 0 1000 1000] "
        b"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 >>",
        6: _stream(_TO_UNICODE),
        7: _stream(
            b"\x80", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 "
            b"/ColorSpace /DeviceGray /BitsPerComponent 8 "
        ),
    }  # fmt: skip
    kids = []
    for number, lines in enumerate(pages, start=1):
        content = b"".join(
            b"BT /F 12 Tf 1 0 0 1 %d %d Tm <%s> Tj ET\n"
            % (*at(place), line.encode("utf-16-be").hex().encode())
            for place, line in enumerate(lines)
        )
        if number in picture:
            content += b"q 400 0 0 400 60 60 cm /I Do Q\n"
        page, text = 2 * number + 10, 2 * number + 11
        objects[text] = _stream(content)
        objects[page] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F 3 0 R >> /XObject << /I 7 0 R >> >> >>" % text
        )
        kids.append(b"%d 0 R" % page)
    objects[2] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return _written(objects)


def _stream(content, more=b""):
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (more, len(content), content)


def _written(objects):
    data, offsets = b"%PDF-1.7\n", {}
    for number in sorted(objects):
        offsets[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    start = len(data)
    data += b"xref\n0 1\n0000000000 65535 f \n"
    for number, offset in offsets.items():
        data += b"%d 1\n%010d 00000 n \n" % (number, offset)
    size = max(objects) + 1
    return data + b"trailer << /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
