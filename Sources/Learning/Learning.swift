import BLASBridge
