"""What a village's texts say about a situation of life: 办酒席, 彩礼, 丧事, 用水 …"""
