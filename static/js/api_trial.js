/* Trying the API: Swagger UI on our schema, trying things out with the session one is signed in with. */

const place = document.getElementById("api-trial");
const csrf = () => decodeURIComponent(document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? "");

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  requestInterceptor: (request) => {
    if (!["GET", "HEAD"].includes(request.method)) request.headers["X-CSRFToken"] = csrf();
    return request;
  },
});
