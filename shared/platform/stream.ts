import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Item } from "./database.ts";

/** An item as a table's stream carries it. */
export const imageOf = (image: object): Item => unmarshall(image as Record<string, AttributeValue>);
