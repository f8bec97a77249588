// The package types its root alone, and its root loads axios and an XML parser. These two files need neither.
declare module "wechatpay-axios-plugin/lib/aes.js" {
  import { WechatpayAxiosPlugin } from "wechatpay-axios-plugin";
  export default WechatpayAxiosPlugin.Aes;
}
declare module "wechatpay-axios-plugin/lib/formatter.js" {
  import { WechatpayAxiosPlugin } from "wechatpay-axios-plugin";
  export default WechatpayAxiosPlugin.Formatter;
}
