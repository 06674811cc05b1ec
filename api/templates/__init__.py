"""Ready reports over HTTP, and the page that draws them."""
