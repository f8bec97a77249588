// Of its own, to be loaded when it is needed: of a package in CommonJS the bundle gives no names to who imports it late.
export { Client } from "tencentcloud-sdk-nodejs-sms/tencentcloud/services/sms/v20210111/sms_client.js";
