// Shows our own OpenAPI document with the vendored Swagger UI; asks nothing from elsewhere.
const place = document.getElementById("docs");
SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  deepLinking: true,
  docExpansion: "list",
  validatorUrl: null,
});
