// SPDX-License-Identifier: MIT
// The built page, byte for byte, as part of the executable.
  .section .rodata
  .global tutti_viewer_page
  .global tutti_viewer_page_end
tutti_viewer_page:
  .incbin TUTTI_PAGE
tutti_viewer_page_end:
  .byte 0
  .section .note.GNU-stack,"",%progbits
