/** A small API's description, as a shop would write it. */
export const ORDERS_API = {
  openapi: "3.0.3",
  info: { title: "Orders API", version: "1.2.0", description: "## Rate limit\n\n60 calls a minute." },
  servers: [{ url: "https://api.mugs.example/v1" }],
  paths: {
    "/orders": {
      get: {
        tags: ["Orders"],
        operationId: "listOrders",
        summary: "List orders",
        description: "Returns the newest first.",
        parameters: [{ $ref: "#/components/parameters/Limit" }],
        responses: { 200: { description: "A page of orders" }, 429: { description: "Slow down" } },
      },
      post: {
        tags: ["Orders"],
        summary: "Place an order",
        requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Order" } } } },
        responses: { 201: { description: "Placed" } },
      },
    },
  },
  components: {
    parameters: {
      Limit: {
        name: "limit",
        in: "query",
        description: "How many, 20 by default.",
        schema: { type: "integer", maximum: 100 },
      },
    },
    schemas: {
      Order: {
        type: "object",
        required: ["sku"],
        properties: {
          sku: { type: "string", description: "Which mug" },
          // A schema that holds itself must not be followed for ever.
          partOf: { $ref: "#/components/schemas/Order" },
        },
      },
    },
    securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Api-Key" } },
  },
};
