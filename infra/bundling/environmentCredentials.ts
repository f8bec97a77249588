/**
 * Stands in for the SDK's credential chain in the bundle. A Lambda function is given its credentials by its
 * environment and nowhere else; the chain's other sources (files, SSO, web identity, instance metadata) are some 130 KB
 * that a function would carry and never use. The SDK calls this name.
 */
export const defaultProvider = () => async () => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) throw new Error("this environment has no credentials");
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
};
