// The link works by a click too; a browser that opened it means it.
"use strict";
document.getElementById("sign-in").requestSubmit();
